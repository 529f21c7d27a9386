"""Development tools: private services, the supervisor, checks. Never imported by the shop."""
