-- 0021-last-day: a paper is good on the day that stands on it.

-- Of what was typed as a day, the midnight before it was kept, and the paper counted as run out for all of it. Like
-- volunteer.insured_until it is the end of the last day now.
UPDATE volunteer_skill SET expires_at = expires_at + 86400000
WHERE expires_at > 0 AND (expires_at + 28800000) % 86400000 = 0;
