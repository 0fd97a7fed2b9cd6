// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Cli.Demo.House;

/// <param name="Name">What its people call it.</param>
/// <param name="Number">As it is dialled.</param>
internal sealed record DemoLine(string Name, string Number);

/// <param name="Name">What the person signs in with.</param>
/// <param name="Role">As the API has it.</param>
/// <param name="Inboxes">Names of lines; null for all of the practice.</param>
internal sealed record DemoSeat(string Name, string Role, IReadOnlyList<string>? Inboxes);

/// <summary>One of the demo's three houses: its lines, and who works there. None of it is real; the numbers are of the
/// block that the North American plan keeps for fiction.</summary>
internal sealed record DemoPractice(string Name, IReadOnlyList<DemoLine> Lines, IReadOnlyList<DemoSeat> Seats)
{
    public const string MainLine = "Main fax";
    public const string LabLine = "Lab results";
    public const string FrontDesk = "FrontDesk";
    public const string Clinician = "Clinician";
    public const string PrivacyOfficer = "PrivacyOfficer";
    public const string Administrator = "TenantAdministrator";
    public const string Operator = "InstallationOperator";

    public const string NorthDesk = "north.desk";
    public const string NorthClinician = "north.clinician";
    public const string NorthPrivacy = "north.privacy";
    public const string SouthDesk = "south.desk";
    public const string Pharmacist = "pharmacy.desk";
    public const string OperatorName = "installation.operator";

    public static DemoPractice North { get; } = new(
        "North Family Practice",
        [new(MainLine, "+15555550140"), new(LabLine, "+15555550141")],
        [
            new(NorthDesk, FrontDesk, [MainLine]),
            new(NorthClinician, Clinician, [LabLine]),
            new(NorthPrivacy, PrivacyOfficer, null),
            new("north.admin", Administrator, []),
        ]);

    public static DemoPractice South { get; } = new(
        "South Pediatrics",
        [new(MainLine, "+15555550150"), new(LabLine, "+15555550151")],
        [
            new(SouthDesk, FrontDesk, null),
            new("south.clinician", Clinician, null),
            new("south.privacy", PrivacyOfficer, null),
            new("south.admin", Administrator, []),
        ]);

    public static DemoPractice Pharmacy { get; } = new(
        "Corner Pharmacy of Nowhere",
        [new("Prescriptions", "+15555550160")],
        [
            new(Pharmacist, FrontDesk, null),
            new("pharmacy.pharmacist", Clinician, null),
            new("pharmacy.privacy", PrivacyOfficer, null),
            new("pharmacy.admin", Administrator, []),
        ]);

    public static IReadOnlyList<DemoPractice> All { get; } = [North, South, Pharmacy];

    /// <summary>The number of a line.</summary>
    public string NumberOf(string line) => Lines.First(one => one.Name == line).Number;
}
