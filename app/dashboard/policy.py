"""How far the dashboard looks back, and how old its figures may be."""

DAYS = 30
TODAY_LIFE_S = 60  # figures of today and of this moment
PAST_LIFE_S = 600  # figures of the days before: orders of a past day still end, but seldom
TOP = 10  # goods, categories and questions in a chart
TOP_DAYS = 7
MOST = 10_000  # rows that are counted one by one; beyond, it says so
