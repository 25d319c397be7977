"""Messages promised inside a transaction, sent after it."""
