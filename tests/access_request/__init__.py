"""Tests of access request."""
