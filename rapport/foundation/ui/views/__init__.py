"""The views of the machinery, by what they show."""
