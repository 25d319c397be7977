"""`flask bench fill`: a shop with two years behind it, for measuring the back office at scale."""
