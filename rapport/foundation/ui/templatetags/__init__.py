"""What templates can say without loading anything."""
