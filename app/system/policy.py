"""When silence is a fault."""

SCHEDULER_SILENT_S = 180  # the busiest sweep begins every ten seconds, and the longest takes no three minutes
WORKER_SILENT_S = 180  # a worker that rests tells of itself every minute (worker.py)
INDEX_STALE_S = 300  # the sweep looks every twenty seconds
DISK_LOW = 0.10  # of the instance folder's disk
HEALTH_LIFE_S = 15  # a look at everything is kept so long
JOBS_SHOWN = 50
