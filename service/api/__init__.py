"""The one API of the service: whoever asks, by command or by page, asks here. A route decides nothing: it decodes,
calls one use case and says what came of it."""
