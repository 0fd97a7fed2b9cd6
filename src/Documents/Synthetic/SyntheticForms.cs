// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Synthetic;

/// <summary>The four documents, as they look.</summary>
internal static class SyntheticForms
{
    private const string Day = "11/24/2026";

    private static readonly float[] Drugs = [0, 0.42f, 0.86f];
    private static readonly float[] Results = [0, 0.34f, 0.52f, 0.68f, 0.88f];

    public static void Draw(SyntheticSheet sheet, SyntheticKind kind, SyntheticPatient patient, int seed)
    {
        switch (kind)
        {
            case SyntheticKind.Referral:
                Referral(sheet, patient, seed);
                break;
            case SyntheticKind.Prescription:
                Prescription(sheet, patient, seed);
                break;
            case SyntheticKind.LabReport:
                LabReport(sheet, patient);
                break;
            case SyntheticKind.PriorAuthorization:
                PriorAuthorization(sheet, patient, seed);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <summary>Words of each that no other document has.</summary>
    public static string[] WordsOf(SyntheticKind kind) => kind switch
    {
        SyntheticKind.Referral => ["exertional fauxalgia", "Dr. Lorem Cardiowitz"],
        SyntheticKind.Prescription => ["Exampline 500 mg", "Specimenol 10 mg"],
        SyntheticKind.LabReport => ["Fictiglobin A1c", "Mockesterol, total"],
        SyntheticKind.PriorAuthorization => ["Pretendumab 40 mg", "Untrue Mutual Health Plan"],
        _ => [],
    };

    private static void Person(SyntheticSheet sheet, SyntheticPatient patient)
    {
        sheet.Section("Patient");
        sheet.Fields("Name", patient.Name, "Born", patient.Born);
        sheet.Fields("Address", patient.Address);
        sheet.Fields("Record", patient.Record, "Telephone", patient.Telephone);
    }

    private static void Referral(SyntheticSheet sheet, SyntheticPatient patient, int seed)
    {
        sheet.Page("Springfield Regional Hospital", "Referral", "Page 1 of 1");
        Person(sheet, patient);
        sheet.Section("Referred to");
        sheet.Fields("Specialty", "Cardiology", "Urgency", "Within 2 weeks");
        sheet.Fields("From", "Dr. Lorem Cardiowitz", "Date", Day);
        sheet.Section("Reason");
        sheet.Lines(
            "Three weeks of exertional fauxalgia, worse on stairs, relieved by rest. No pain at night.",
            "Resting tracing normal. Blood pressure 138/86, pulse 74 and regular.",
            "Father had the same at 58. Never smoked. Walks two miles a day until this began.");
        sheet.Section("Please");
        sheet.Tick(true, "See and advise, with an exercise test");
        sheet.Tick(false, "Take over the treatment");
        sheet.Tick(true, "Send the report back by fax to the number on the cover");
        sheet.Section("Medicines");
        sheet.Lines("Specimenol 5 mg in the morning.  Allergies: testicillin (rash, 1998).");
        sheet.Signed("Dr. Lorem Cardiowitz", Day, seed);
    }

    private static void Prescription(SyntheticSheet sheet, SyntheticPatient patient, int seed)
    {
        sheet.Page("North Family Practice", "Prescription", "Page 1 of 2");
        Person(sheet, patient);
        sheet.Section("Rx");
        sheet.Row(true, Drugs, "Medicine", "Directions", "Qty");
        sheet.Row(false, Drugs, "Exampline 500 mg tablets", "1 tablet twice daily with meals", "60");
        sheet.Row(false, Drugs, "Specimenol 10 mg tablets", "1 tablet each morning", "30");
        sheet.Row(false, Drugs, "Testafene 0.05 % cream", "thinly, left forearm, at night", "1 tube");
        sheet.Lines("", "Dispense as written.  Refills: 2 for the tablets, none for the cream.");
        sheet.Signed("Dr. A. Sample, licence 00-00000", Day, seed);
        sheet.Page("North Family Practice", "Directions for use", "Page 2 of 2");
        sheet.Fields("Name", patient.Name, "Record", patient.Record);
        sheet.Section("How to take them");
        sheet.Lines(
            "Exampline: one tablet a day for the first week, then two. Take it with food.",
            "Specimenol: have blood pressure measured after two weeks. Stand up slowly.",
            "Testafene: not on broken skin. Wash hands afterwards. Stop after fourteen days.",
            "", "Call the practice if a rash, swelling or trouble with breathing appears.");
        sheet.Signed("Dr. A. Sample, licence 00-00000", Day, seed + 3);
    }

    private static void LabReport(SyntheticSheet sheet, SyntheticPatient patient)
    {
        sheet.Page("Invented Reference Laboratory", "Laboratory report", "Page 1 of 1");
        Person(sheet, patient);
        sheet.Section("Specimen");
        sheet.Fields("Collected", $"{Day} 07:40", "Reported", $"{Day} 13:05");
        sheet.Section("Results");
        sheet.Row(true, Results, "Test", "Result", "Unit", "Reference", "Flag");
        sheet.Row(false, Results, "Fictiglobin A1c", "7.4", "%", "4.0 - 5.6", "HIGH");
        sheet.Row(false, Results, "Glucose, fasting", "141", "mg/dL", "70 - 99", "HIGH");
        sheet.Row(false, Results, "Mockesterol, total", "188", "mg/dL", "< 200", "");
        sheet.Row(false, Results, "Creatinine", "0.9", "mg/dL", "0.6 - 1.2", "");
        sheet.Row(false, Results, "Potassium", "4.3", "mmol/L", "3.5 - 5.1", "");
        sheet.Row(false, Results, "Haemoglobin", "13.8", "g/dL", "12.0 - 16.0", "");
        sheet.Lines("", "Comment: the flagged values were measured twice.");
        sheet.Signed("Laboratory director: Prof. N. Obody", Day, 5);
    }

    private static void PriorAuthorization(SyntheticSheet sheet, SyntheticPatient patient, int seed)
    {
        sheet.Page("Untrue Mutual Health Plan", "Prior authorization request", "Page 1 of 1");
        Person(sheet, patient);
        sheet.Section("Plan");
        sheet.Fields("Member", patient.Member, "Group", "ZZ-0000");
        sheet.Section("Requested");
        sheet.Fields("Medicine", "Pretendumab 40 mg", "Every", "14 days, 6 months");
        sheet.Fields("Diagnosis", "Mock arthropathy", "Code", "ZZ9.99");
        sheet.Section("Criteria");
        sheet.Tick(true, "Two other medicines were tried for 12 weeks each and failed");
        sheet.Tick(true, "Tuberculosis was tested for within the last year: negative");
        sheet.Tick(false, "The request is urgent (an answer within 24 hours)");
        sheet.Section("Decision");
        sheet.Tick(false, "Approved until ____________________");
        sheet.Tick(false, "Not approved, because ____________________");
        sheet.Signed("Dr. A. Sample, licence 00-00000", Day, seed);
    }
}
