"""What the demo alone has: processes to practise on, and the page with its buttons."""
