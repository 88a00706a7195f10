# bmm as a container: docker build -t bmm . && docker run -p 8080:8080 -v bmm:/data --env-file .env bmm
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
# Everything is what requirements.lock pins by hash: uv, what builds the wheel, and what runs.
RUN sed -n '/^uv==/,/[^\\]$/p' requirements.lock > uv.txt && pip install --no-cache-dir --require-hashes -r uv.txt
RUN python -m venv --without-pip /opt/bmm && \
    VIRTUAL_ENV=/opt/bmm uv pip install --no-cache --compile-bytecode \
    --constraints requirements.lock --build-constraints requirements.lock .

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /data bmm
COPY --from=build /opt/bmm /opt/bmm
ENV PATH=/opt/bmm/bin:$PATH PYTHONUNBUFFERED=1 \
    BMM_HOST=0.0.0.0 BMM_PORT=8080 BMM_DATABASE_URL=sqlite:////data/bmm.db
USER bmm
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=20s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['BMM_PORT']}/healthz\", timeout=4)"]
CMD ["bmm", "serve"]
