"""The stand-in for the outside world in demo and test: Alipay, the SMS and mail inbox; its own file, its own keys."""
