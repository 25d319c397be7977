"""The home page, its advertising slots and the site's navigation."""
