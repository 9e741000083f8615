"""Traces to an OpenTelemetry collector, where one is set. Where none is, nothing of OpenTelemetry need be installed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from backend import tracing
from zhunkao import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from zhunkao.settings import Settings

SEND_SECONDS = 5
"""For one batch. A collector that is away costs spans, never a request: a bounded queue keeps the first of them."""


@asynccontextmanager
async def exported(settings: Settings, *, process: str) -> AsyncIterator[None]:
    """Spans of this process, `api`, `console` or `worker`, are sent as long as this lasts; the last ones at its end."""
    if not settings.traces_url:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

    resource = Resource({"service.name": f"zhunkao-{process}", "service.version": __version__})
    processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces_url, timeout=SEND_SECONDS))

    def place(span: tracing.Span, span_id: str) -> SpanContext:
        flags = TraceFlags(TraceFlags.SAMPLED)
        return SpanContext(int(span.trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=flags)

    def read(span: tracing.Span) -> None:
        if not is_sent(span.trace_id, settings.traces_share):
            return
        processor.on_end(
            ReadableSpan(
                name=span.name,
                context=place(span, span.id),
                parent=place(span, span.parent_id) if span.parent_id else None,
                resource=resource,
                attributes=span.facts,
                kind=SpanKind[span.kind.upper()],
                status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
                start_time=span.began_ns,
                end_time=span.ended_ns,
            )
        )

    tracing.read_by(read)
    try:
        yield
    finally:
        tracing.read_by(None)
        await asyncio.to_thread(processor.shutdown)


def is_sent(trace_id: str, share: float) -> bool:
    """Whether a trace belongs to the share that is sent: every process says the same of it."""
    return int(trace_id[-8:], 16) < share * 0x1_0000_0000
