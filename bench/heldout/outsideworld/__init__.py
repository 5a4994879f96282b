"""An independent model of how person lists come about; shares no code with the product or its demo."""
