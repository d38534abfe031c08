"""Measures Rapport against its targets, each beside its floor measured in the same run. Never a test."""
