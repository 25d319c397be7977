"""Pages that gather from every room."""
