// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using static Hermetic.Protocol.T30.StationMatch;

namespace Hermetic.Protocol.Tests.T30;

public sealed class StationIdMatchTests
{
    public static TheoryData<string?, string?, StationMatch> Table() => new()
    {
        // Nothing, or nothing that counts.
        { null, "+1 555 010 0199", Unknown },
        { "", "+1 555 010 0199", Unknown },
        { "   ", "+1 555 010 0199", Unknown },
        { "+-()", "+1 555 010 0199", Unknown },
        { "???", "+1 555 010 0199", Unknown },
        { null, null, Unknown },
        { "0000000000", "+1 555 010 0199", Unknown },

        // One number in many ways.
        { "+1 555 010 0199", "+1 555 010 0199", Same },
        { "15550100199", "+1 555 010 0199", Same },
        { "5550100199", "+1 555 010 0199", Same },
        { "1-555-010-0199", "+1 (555) 010-0199", Same },
        { "555.010.0199", "+15550100199", Same },
        { "011 1 555 010 0199", "+15550100199", Same },
        { "0015550100199", "+15550100199", Same },
        { "9 1 555 010 0199", "+15550100199", Same },
        { "FAX 555 010 0199", "+15550100199", Same },
        { "+49 30 1234567", "030 1234567", Same },
        { "+49 (0)30 1234567", "+49 30 1234567", Same },
        { "+44 20 7946 0958", "(0)20 7946 0958", Same },
        { "010 0199", "+1 555 010 0199", Same },
        { "1234567", "+49 30 1234567", Same },
        { "sip:+15550100199", "555-010-0199", Same },

        // Another number, by one digit in each place that counts.
        { "+1 555 010 0198", "+1 555 010 0199", Different },
        { "+1 555 011 0199", "+1 555 010 0199", Different },
        { "+1 554 010 0199", "+1 555 010 0199", Different },
        { "+1 655 010 0199", "+1 555 010 0199", Different },
        { "110 0199", "+1 555 010 0199", Different },
        { "+1 555 010 0919", "+1 555 010 0199", Different },
        { "5550100199 0", "+1 555 010 0199", Different },
        { "CLINIC 555 010 0198", "CLINIC 555 010 0199", Different },

        // Extensions: equally long they tell, else they may refute and never prove.
        { "4711", "4711", Same },
        { "4712", "4711", Different },
        { "0199", "+1 555 010 0199", Unknown },
        { "0198", "+1 555 010 0199", Different },

        // Names.
        { "Clinic North", "CLINIC NORTH", Same },
        { "Clinic-North", "clinic north", Same },
        { "Clinic South", "CLINIC NORTH", Different },
        { "Clinic 2", "Pharmacy 2", Different },
        { "Clinic 2", "Clinic 3", Different },
        { "Clinic 2", "CLINIC 2", Same },
        { "Clinic North", "+1 555 010 0199", Unknown },
        { "Clinic 2", "+1 555 010 0199", Unknown },
        { "ACME FAX 5550100199", "ACME CLINIC 555 010 0199", Same },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Compare_EachPair_IsJudgedAlikeFromBothSides(string? one, string? other, StationMatch expected)
    {
        Assert.Equal(expected, StationIdMatch.Compare(one, other));
        Assert.Equal(expected, StationIdMatch.Compare(other, one));
    }

    [Fact]
    public void Compare_WhatAStationSends_IsJudgedAsItIsRead()
    {
        byte[] field = new byte[StationId.Length];
        StationId.Write("+1 (555) 010-0199", field);
        Assert.Equal(Same, StationIdMatch.Compare(StationId.Read(field), "15550100199"));
    }
}
