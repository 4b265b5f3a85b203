-- Slurm wants both functions by these names, or loads nothing.
slurm_job_submit = sobre.submit
slurm_job_modify = sobre.modify
return slurm.SUCCESS
