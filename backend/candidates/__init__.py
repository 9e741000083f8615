"""Who a person is to the service: account, binding, session, the checks of identity and education."""
