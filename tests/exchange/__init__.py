"""Tests of what goes to other systems."""
