# One image for the mall. No container engine was at hand to build it: after the two lines that prepare the system,
# every RUN is a make target that the tests use as well, so little is left that only a build could prove.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 INSTANCE=/var/lib/meiduo HOST=0.0.0.0
RUN apt-get update && apt-get install --no-install-recommends --yes make && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --home-dir /mall meiduo && install -d -o meiduo /var/lib/meiduo
WORKDIR /mall
USER meiduo

FROM base AS mall
COPY --chown=meiduo Makefile requirements.txt requirements-dev.txt ./
COPY --chown=meiduo launch launch
RUN make venv
COPY --chown=meiduo . .
RUN make translations
VOLUME /var/lib/meiduo
EXPOSE 8000
# SECRET_KEY, PUBLIC_URL, ALIPAY_… come from outside (.env.example); DATABASE_URL and REDIS_URL for more than one machine.
CMD ["make", "serve"]
