"""Names of systems, profiles and extensions. They are names: nobody needs to reach these addresses."""

#: What is ours; an installation with another host name keeps it.
OURS = "https://ecomnet.example/fhir"
HL7 = "http://hl7.org/fhir"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

LOINC, UCUM, ICD10 = "http://loinc.org", "http://unitsofmeasure.org", f"{HL7}/sid/icd-10"
ATC = "http://www.whocc.no/atc"
PROFILES = f"{HL7}/StructureDefinition"
VITAL_SIGNS, BLOOD_PRESSURE = f"{PROFILES}/vitalsigns", f"{PROFILES}/bp"

RECORD_NUMBER = f"{OURS}/identifier/health-record"
LICENCE_NUMBER = f"{OURS}/identifier/doctor-licence"
HOSPITAL_CODE = f"{OURS}/identifier/hospital"
APPOINTMENT_CODE = f"{OURS}/identifier/appointment-code"
BAR_CODE = f"{OURS}/identifier/check-up"
CONSULTATION_NUMBER = f"{OURS}/identifier/consultation"
CHECKUP_ITEM = f"{OURS}/CodeSystem/check-up-item"
CONSENT_PURPOSE = f"{OURS}/CodeSystem/consent-purpose"
EXTENSIONS = f"{OURS}/StructureDefinition"
