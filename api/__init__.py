"""The API door, `/api/v1/`: one file a resource. It checks shape; statuses, roles and dates are the domain's."""
