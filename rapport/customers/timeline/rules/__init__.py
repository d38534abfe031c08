"""What of the timeline is pure: which sections Today has for whom."""
