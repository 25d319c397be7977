"""The shape of what people type; verbs decide the rest."""
