-- For a job_submit.lua of the site's own: local sobre = dofile("/etc/slurm/THIS FILE"), and in its two functions
-- sobre.submit(job_desc, part_list, submit_uid) and sobre.modify(job_desc, job_rec, part_list, modify_uid), whose status it returns if that is not 0.
return sobre
