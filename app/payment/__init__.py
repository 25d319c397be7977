"""Money received and given back."""
