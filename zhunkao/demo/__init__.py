"""Everything on one machine, played for real: servers, sandbox, API and worker under one supervisor."""
