"""What is asked of the machine, of the house that stands on it, and of the records themselves."""
