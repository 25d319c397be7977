"""Sign in with an account from elsewhere."""
