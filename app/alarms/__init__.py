"""What expires if nobody acts: listed with its dates, announced rung by rung, withdrawn when undone."""
