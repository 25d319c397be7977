"""The demo catalogue: 134 categories, 115 brands, 168 SPUs and 655 SKUs as CSV, and their pictures."""
