"""WeChat's server side for mini-programs: login, access tokens, subscribe messages, message push."""
