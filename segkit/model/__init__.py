"""Frozen values by noun. Standard library only; imports nothing of segkit but errors."""
