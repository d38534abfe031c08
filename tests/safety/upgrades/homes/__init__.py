"""Homes as earlier versions left them: a small practice company each, nobody in it real."""
