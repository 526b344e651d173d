"""Pure BPMN: (state, command) -> (state, wait states)."""
