"""Tests of the domain of cases."""
