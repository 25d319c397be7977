"""Picture codes and SMS codes."""
