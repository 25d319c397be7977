"""Who works here: roles and what they may, and the log of everything staff changed."""
