"""The integration, as a package: tests import it before the harness offers its own folder."""
