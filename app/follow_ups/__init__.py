"""Follow-ups: owners asked about the service by somebody else than their agent, in samples."""
