"""Runs BPMN; has never heard of a case."""
