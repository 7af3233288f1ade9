# One image for the page, the programs' door and the ingest job; compose.yaml runs it.
FROM python:3.11-slim

RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 imdi
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY .streamlit .streamlit
COPY corpus corpus
COPY evals evals
COPY ingest ingest
COPY rag rag
COPY ui ui
# The index of builds for processors: torch from the usual one is several gigabytes for graphics cards.
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \
      -c constraints.txt -e '.[mcp,server]'
USER imdi
ENV HF_HUB_OFFLINE=1 ANONYMIZED_TELEMETRY=False
EXPOSE 8501
CMD ["imdi", "chat", "--headless", "--address", "0.0.0.0", "--port", "8501"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
