"""Pictures that people upload: checked, made anew, kept behind the storage door, and let go."""
