"""What each command does and tells: one module a command, loaded only when it is called."""
