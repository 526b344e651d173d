"""Tests of the engine: rows, jobs, timers, workers."""
