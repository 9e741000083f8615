"""WeChat: mini-program login and WeChat Pay v3."""
