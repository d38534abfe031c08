"""Tags of the timeline."""
