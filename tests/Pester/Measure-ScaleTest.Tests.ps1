BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $csv = Join-Path $TestDrive 'run.csv'
    $run = $server | Start-ConfigMapDriver -Rate 500 -Count 1500 -MaxPopulation 50 -Updates 1 -OutFile $csv
    $rows = @(Import-Csv -LiteralPath $csv)
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Measure-ScaleTest' {
    It 'counts operations by kind, phase and outcome' {
        $summary = Measure-ScaleTest $csv
        $summary | Should -BeOfType 'K8sScaleTest.ScaleTestSummary'
        $summary.Count | Should -Be $rows.Count
        $summary.Succeeded | Should -Be @($rows | Where-Object Succeeded -EQ 'True').Count
        foreach ($group in $rows | Group-Object Operation, Phase) {
            $measured = $summary.Operations | Where-Object { "$($_.Operation), $($_.Phase)" -eq $group.Name }
            $measured.Count | Should -Be $group.Count -Because $group.Name
        }
    }

    It 'lets a format command choose the properties' {
        $table = Measure-ScaleTest $csv | Format-Table Verdict, Count -AutoSize | Out-String
        $table | Should -Match '(?m)^Verdict +Count\s*$'
        $table | Should -Not -Match 'Generator:'
        (Measure-ScaleTest $csv | Format-List Verdict, Count | Out-String) | Should -Match '(?m)^Count +: \d+'
    }

    It 'has the percentiles of the records, to three digits' {
        $creates = @($rows | Where-Object { $_.Phase -eq 'Steady' -and $_.Operation -eq 'Create' } |
                ForEach-Object { [double]::Parse($_.ServiceMs, [cultureinfo]::InvariantCulture) } | Sort-Object)
        $measured = (Measure-ScaleTest $csv).Operations | Where-Object { $_.Operation -eq 'Create' -and $_.Phase -eq 'Steady' }
        $measured.Count | Should -Be $creates.Count
        foreach ($pair in @(0.5, 'ServiceP50Ms'), @(0.9, 'ServiceP90Ms'), @(0.99, 'ServiceP99Ms'), @(1, 'ServiceMaxMs')) {
            $exact = $creates[[Math]::Ceiling($pair[0] * $creates.Count) - 1]
            [Math]::Abs($measured.($pair[1]) - $exact) | Should -BeLessOrEqual (0.002 * $exact + 0.001) -Because $pair[1]
        }
    }

    It 'shows no percentile with fewer than ten samples beyond it' {
        $measured = (Measure-ScaleTest $csv).Operations | Where-Object { $_.Operation -eq 'Create' -and $_.Phase -eq 'Steady' }
        $measured.Count | Should -BeLessThan 10000
        $measured.ServiceP999Ms | Should -BeNullOrEmpty
        $measured.ServiceP99Ms | Should -BeGreaterThan 0
    }

    It 'says a verdict, why, and never a latency without one' {
        $summary = Measure-ScaleTest $csv
        $summary.Verdict | Should -BeIn 'Valid', 'Invalid', 'Overloaded'
        $summary.Reason | Should -Not -BeNullOrEmpty
        $summary.Health.ProbeSamples | Should -BeGreaterThan 0
        ($summary | Out-String) -split "`n" | Where-Object { $_.Trim() } | Select-Object -First 1 | Should -Match $summary.Verdict
    }

    It 'says the same of a file, a FileInfo, imported records and the run itself' {
        foreach ($same in (Get-Item -LiteralPath $csv | Measure-ScaleTest), ($rows | Measure-ScaleTest), (Measure-ScaleTest -LiteralPath $csv)) {
            foreach ($property in 'RunId', 'Verdict', 'Reason', 'Count') { $same.$property | Should -Be $run.$property -Because $property }
            # The file's moments are whole microseconds.
            foreach ($property in 'AchievedRate', 'Throughput') { [Math]::Abs($same.$property / $run.$property - 1) | Should -BeLessThan 1e-5 -Because $property }
            $same.Steady.ResponseP99Ms | Should -Be $run.Steady.ResponseP99Ms
        }
    }

    It 'is Inconclusive of records without their run''s health, though all else is there' {
        $alone = Join-Path $TestDrive 'alone.csv'
        Copy-Item -LiteralPath $csv -Destination $alone
        $ended = Wait-Child (Start-Child { param($Path) $s = Measure-ScaleTest $Path; "$($s.Verdict) $($s.VerdictReason) $($s.Count)" } $alone)
        $ended.Output.Trim() | Should -Be "Inconclusive NoHealth $($rows.Count)"
    }

    It 'merges the workers of one run' {
        $paths = foreach ($worker in 0, 1) {
            $path = Join-Path $TestDrive "worker-$worker.csv"
            $null = $server | Start-ConfigMapDriver -Rate 500 -Count 400 -MaxPopulation 20 -Seed 1 -RunId 'two-workers' -Worker $worker -Workers 2 -OutFile $path
            $path
        }
        $merged = Measure-ScaleTest -Path (Join-Path $TestDrive 'worker-*.csv')
        @($merged).Count | Should -Be 1
        $merged.Workers | Should -Be 2
        $merged.Count | Should -Be (($paths | ForEach-Object { @(Import-Csv -LiteralPath $_).Count } | Measure-Object -Sum).Sum)
    }

    It 'gives one summary for each run and resource' {
        $two = @($server | Start-ConfigMapDriver -Rate 500 -Count 50 -MaxPopulation 5 -RunId 'one') + @($server | Start-FlunderDriver -Rate 500 -Count 50 -MaxPopulation 5 -RunId 'two')
        @($two | Measure-ScaleTest | Sort-Object RunId | ForEach-Object { "$($_.RunId) $($_.Resource)" }) | Should -Be @('one configmaps', 'two flunders.wardle.example.com')
    }

    It 'leaves out a last line that was cut off, and says so; another broken line is an error' {
        $lines = Get-Content -LiteralPath $csv
        $cut = Join-Path $TestDrive 'cut.csv'
        [IO.File]::WriteAllText($cut, (($lines[0..9] -join "`n") + "`n" + $lines[10].Substring(0, 40)))
        $summary = Measure-ScaleTest $cut -WarningVariable warnings -WarningAction SilentlyContinue
        $summary.Count | Should -Be 9
        $warnings | Should -Match 'cut off'
        $broken = Join-Path $TestDrive 'broken.csv'
        [IO.File]::WriteAllText($broken, (($lines[0..4] + $lines[5].Substring(0, 40) + $lines[6..9]) -join "`n"))
        $failure = { Measure-ScaleTest $broken } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*broken at line 6*'
    }

    It 'ends with its input, and says when nothing came' {
        $null | Measure-ScaleTest -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warnings | Should -Match 'nothing to measure'
    }
}

Describe 'Measure-ScaleTest: bad input' {
    It 'a file that is <Name>' -ForEach @(
        @{ Name = 'missing'; Content = $null; Says = '*does not exist*' }
        @{ Name = 'empty'; Content = ''; Says = '*is empty*' }
        @{ Name = 'of some other program'; Content = "date,price`n2026-01-01,3`n"; Says = '*not a file of operation records*date,price*' }
        @{ Name = 'of the Go programs'; Content = "2026-11-24 09:30:00.123,2026-11-24 09:30:00.125,create,run-1,`n"; Says = '*Go programs*' }
        @{ Name = 'JSON of something else'; Content = "{`n  ""kind"": ""List""`n}`n"; Says = '*operation record*' }
        @{ Name = 'JSON of something else in one line'; Content = '{"kind":"List"}'; Says = '*no whole record*Needed is*' }
        @{ Name = 'a JSON array'; Content = '[{"RunId":"x"}]'; Says = '*JSON array*one object a line*' }
    ) {
        $path = Join-Path $TestDrive 'bad-input'
        Remove-Item -LiteralPath $path -ErrorAction Ignore
        if ($null -ne $Content) { [IO.File]::WriteAllText($path, $Content) }
        $failure = { Measure-ScaleTest $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'RecordFileUnusable,K8sScaleTest.MeasureScaleTestCommand'
        $failure.Exception.Message | Should -BeLike "*bad-input*"
        $failure.Exception.Message | Should -BeLike $Says
    }

    It 'a header without records' {
        $path = Join-Path $TestDrive 'header.csv'
        Get-Content -LiteralPath $csv -TotalCount 1 | Set-Content -LiteralPath $path
        $failure = { Measure-ScaleTest $path } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*no whole record*'
    }

    It 'columns that are missing, naming them' {
        $path = Join-Path $TestDrive 'selected.csv'
        $rows | Select-Object -First 10 -Property * -ExcludeProperty ServiceMs, Phase | Export-Csv -LiteralPath $path
        $failure = { Measure-ScaleTest $path } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*Phase, ServiceMs*Select-Object*'
    }

    It 'a folder, and a wildcard that nothing matches' {
        { Measure-ScaleTest $TestDrive } | Should -Throw '*is a directory*'
        { Measure-ScaleTest (Join-Path $TestDrive 'none-*.csv') } | Should -Throw '*No file matches*'
    }

    It 'objects that are no records' {
        $failure = { Get-Process -Id $PID | Measure-ScaleTest } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'NotAnOperationRecord,K8sScaleTest.MeasureScaleTestCommand'
        { 'run.csv' | Measure-ScaleTest } | Should -Throw '*-Path*'
    }
}
