"""`flask bench admin`: every page of the back office, found by walking it, and how long each takes."""
