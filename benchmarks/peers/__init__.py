"""Other people's solvers, each given our compiled equations or our SBML, one file each."""

from benchmarks.peers import (
    copasi_lsoda,
    diffrax_kvaerno,
    numbalsoda_lsoda,
    roadrunner_cvode,
    scipy_ivp,
    scipy_odeint,
    sundae_cvode,
    sundials_klu,
)

QUICK = (numbalsoda_lsoda.PEER, roadrunner_cvode.PEER, scipy_odeint.PEER, sundae_cvode.PEER, sundials_klu.PEER)
SLOW = (*scipy_ivp.PEERS, copasi_lsoda.PEER, diffrax_kvaerno.PEER)  # only in the full run
ANY_SYSTEM = (numbalsoda_lsoda.PEER, sundae_cvode.PEER, sundials_klu.PEER)  # those that generated systems are given to
