from tests.prompts.conftest import studio

__all__ = ["studio"]
