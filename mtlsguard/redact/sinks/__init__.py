"""Where events leave the process: one module for each kind of sink, all with the same engine.

None raises, loses an event or changes what the caller holds. Each is imported by those who need it, because what it
plugs into is optional: `stdlib` (logging), `rendered` (structlog, behind the renderer), `sentry`, `otel`, `hooks`
(warnings and exceptions that nobody caught), `servers` (uvicorn, granian), `gunicorn`, `hypercorn`.
"""
